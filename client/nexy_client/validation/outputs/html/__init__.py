"""The pieces of the HTML report: pictures as PNG and SVG, tables, words."""
