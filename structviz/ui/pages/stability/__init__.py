"""The stability page: what layers promise about inputs that are close to each other."""
