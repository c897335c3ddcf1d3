"""The steering committees of territories, which select needs by a vote (seeds/001)."""
