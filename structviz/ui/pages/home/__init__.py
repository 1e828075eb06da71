"""The first page: the chapters of the lecture."""
