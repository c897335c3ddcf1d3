"""How one answers a need, in words."""

from flask_babel import lazy_gettext as _l

from expertise.programmes.models import Way

WAYS = {
    Way.EXCLUSIVE: _l("One institution at a time reserves the need"),
    Way.COOPERATIVE: _l("Several experts take charge, and tell each other"),
}
USUALLY = {
    Way.EXCLUSIVE: _l("As the programme says: one institution at a time reserves the need"),
    Way.COOPERATIVE: _l("As the programme says: several experts take charge, and tell each other"),
}
