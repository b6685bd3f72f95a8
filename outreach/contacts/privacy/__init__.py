"""What the law gives a person: to know, to object, to be forgotten; and our own record of it."""
