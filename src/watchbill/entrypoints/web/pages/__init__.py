"""One module a section: each page function asks operations for data and answers with a template and its facts."""
