"""The figures of the Staat as SVG, in our own small drawing code: what they show, and how it is drawn.

`content` holds what a figure shows, before anything is drawn; slides make native charts of the same. Every drawing is
made without chance, holds its text as text, and tells sides apart by shape or place as well as by color.
"""
