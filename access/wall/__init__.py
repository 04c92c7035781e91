"""The wall: the middleware that decides who may do what, and the pages that refuse."""
