"""The page "ResNets as flows", part by part."""
