from collections.abc import Callable
from typing import Any, TypeVar

from blinker import Signal
from flask import Flask

Loader = TypeVar("Loader", bound=Callable[..., Any])

class UserMixin:
    @property
    def is_active(self) -> bool: ...
    @property
    def is_authenticated(self) -> bool: ...
    @property
    def is_anonymous(self) -> bool: ...
    def get_id(self) -> str: ...

class LoginManager:
    session_protection: str | None
    def __init__(self, app: Flask | None = ...) -> None: ...
    def user_loader(self, callback: Loader) -> Loader: ...

current_user: Any

def login_user(user: UserMixin, remember: bool = ...) -> bool: ...
def logout_user() -> bool: ...

user_logged_out: Signal
