"""One field over everything that the viewer may see. The only room that imports whoosh."""
