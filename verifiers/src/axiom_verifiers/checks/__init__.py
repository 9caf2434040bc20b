"""The verifiers, one file each; none knows another. They register under `axiom.verifiers`."""
