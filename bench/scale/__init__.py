"""A round of hundreds of submissions on a shared cluster, simulated: models, their speed, their work, the cluster."""
