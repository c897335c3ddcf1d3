"""What both sides of a need say once it is closed, then three and six months on."""
