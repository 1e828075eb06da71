"""Stand-in for lie_learn; see docs/decisions/0001-escnn-stand-ins.md of structviz."""
