"""Going to a date together: who has places in a car, who looks for one (covoiturage)."""
