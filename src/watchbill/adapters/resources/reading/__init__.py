"""From bytes on a disk to trees of text with a line and a column on every node; says no to all that YAML can be abused for."""
