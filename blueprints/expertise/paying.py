"""What the payment service says to us: it has no account, and its signature is the proof."""

import logging

from flask import abort, request
from werkzeug.wrappers import Response

from blueprints._access import public
from blueprints._limits import PAYMENTS, limiter
from blueprints._security import csrf
from blueprints.expertise import bp
from blueprints.expertise.subscribing import service_of_cards
from core.db import db
from core.refusals import Refused
from expertise.subscriptions import payments
from expertise.subscriptions.models import Outcome

log = logging.getLogger("maillage.payments")
LARGEST_CALL_BYTES = 256 * 1024


@bp.post("/paiements/stripe/avis")
@public
@csrf.exempt
@limiter.limit(PAYMENTS)
def heard() -> Response:
    """An event: carried out once. An answer other than 2xx makes the service say it again."""
    cards = service_of_cards()
    if cards is None:
        abort(404)
    if (request.content_length or 0) > LARGEST_CALL_BYTES:
        abort(413)
    try:
        said = cards.read(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except Refused:
        log.warning("a call that the payment service did not sign was refused")
        abort(400)
    outcome = payments.hear(db.session(), said)
    db.session.commit()
    if outcome is Outcome.UNKNOWN:
        log.error("payment %s is of no order: see the payment service", said.payment)
    return Response(status=204)
