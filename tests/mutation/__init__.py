"""Planted defects: one wrong line each, and the tests that must fail because of it.

`python -m tests.mutation` plants them one after the other in a copy of the checkout and reports those that no test
sees.
"""
