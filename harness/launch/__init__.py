"""Ways to run jobs: the contract is `base`, this machine is `local`, a cluster is `slurm`."""
