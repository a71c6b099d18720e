"""Pictures as functions: typed facts in, SVG out, each with words that say what the picture says."""
