"""Those who answer: institutions, their experts, their people."""
