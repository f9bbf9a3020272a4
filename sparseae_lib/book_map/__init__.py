"""The map of the book: which theorem rests on which, and which line of the source on which theorem.

``theorems``     the theorems as they stand in the chapters
``foundations``  what each rests on, computed from the statements, their derivations and the text
``evidence``     how each was decided, and which lines of the source rest on it
``drawing``      the map as a picture, and ``table`` as a table
"""
