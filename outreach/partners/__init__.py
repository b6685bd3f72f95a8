"""With whom: the Colombian cities that look for partners."""
