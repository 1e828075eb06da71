"""The kit that every page is made of: choices, forms, sections, computations, components."""
