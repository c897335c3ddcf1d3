"""The floor that pages are compared with: Flask, four indexed queries, 30 KB of Jinja.

Run as a program: `python -m tests.bench.floor DATABASE_URL PORT THREADS`.
"""

import sys
from itertools import cycle, islice
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from core.db import prepare
from directory.models import Theme
from forum.models import Following, Post, Topic

ROWS = 120
"""Of five values: 30 KB, and as many values as our lists say for their weight."""
PAGE = """<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><title>{{ topic.title }}</title></head>
<body>
<h1>{{ topic.title }}</h1>
<p>{{ theme.name }}, {{ followers }}</p>
<table>
{% for row in rows %}
  <tr>
    <td>{{ row.id }}</td><td>{{ row.name }}</td>
    <td>{{ row.date }}</td><td>{{ row.words }}</td><td>{{ row.more }}</td>
  </tr>
{% endfor %}
</table>
</body>
</html>
"""


def create_floor(url: str) -> Flask:
    """The plainest page that does this much."""
    app = Flask("floor")
    engine = create_engine(url)
    prepare(engine)
    engine = engine.execution_options(read_only=True)
    template = app.jinja_env.from_string(PAGE)

    @app.get("/<int:topic_id>")
    def page(topic_id: int) -> str:
        with Session(engine) as session:
            topic = session.get_one(Topic, topic_id)
            theme = session.get_one(Theme, topic.theme_id)
            posts = session.scalars(
                select(Post).where(Post.topic_id == topic_id).order_by(Post.number).limit(20)
            ).all()
            followers = session.scalar(
                select(func.count()).select_from(Following).where(Following.topic_id == topic_id)
            )
            rows = [
                {
                    "id": post.id,
                    "name": f"{theme.name} & {post.author_id}",
                    "date": post.created_at,
                    "words": post.body[:100],
                    "more": f"<{post.number}> {post.body[100:130]}",
                }
                for post in islice(cycle(posts), ROWS)
            ]
            return template.render(topic=topic, theme=theme, followers=followers, rows=rows)

    return app


def serve(url: str, port: str, threads: str) -> None:
    """As `maillage serve` does: gunicorn, one process, its threads."""

    class Server(BaseApplication):
        def load_config(self) -> None:
            told = {
                "bind": f"127.0.0.1:{port}",
                "workers": 1,
                "threads": int(threads),
                "worker_class": "gthread",
                "keepalive": 5,
                "loglevel": "warning",
                "control_socket_disable": True,
            }
            for name, value in told.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return create_floor(url)

    Server().run()


if __name__ == "__main__":
    serve(*sys.argv[1:])
