"""Robustness: what attacks and turns do to classifiers, and what a Lipschitz constant promises."""
