"""Who the leaver is, and what they wrote, in words that are met nowhere else."""

FIRST, LAST = "Zéphirine", "Quatrebarbes"
EMAIL = "zephirine.quatrebarbes@ornithorynque.example"
PHONE = "02 40 98 76 54"
HANDLE = "zephirine.quatrebarbes"
NAMES = (FIRST, LAST, EMAIL, HANDLE, "98 76 54", "quatrebarbes", "zephirine")
"""Who they are: gone in both cases."""
JOB = "dompteuse"
ABOUT_THEM = (*NAMES, JOB)
WORD = "xylophage"
"""A word of what they wrote and deposited: gone when they wish so."""
FILE = f"Le {WORD} dans le fichier".encode()
