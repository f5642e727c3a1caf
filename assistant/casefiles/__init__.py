"""An enterprise's case: read from a file or a sheet, in normal handwriting, one or many."""
