"""The environment is read once; what cannot be understood is refused in words."""

from pathlib import Path

import pytest

from core.settings import Misconfigured, Settings, from_environment, secret_key_file

KEY = {"SECRET_KEY": "k" * 40, "SECRET_KEY_FILE": "/nonexistent/key"}


def test_with_a_key_alone_everything_is_embedded() -> None:
    found = from_environment(KEY)
    assert found.on_sqlite
    assert found.storage_url.startswith("file:")
    assert found.mail_url.startswith("file:")
    assert found.redis_url is None
    assert not found.secure
    assert not found.development
    assert found.limits
    assert found.embedded_worker
    assert found.rooms_url == "mesh:"
    assert found.rooms_origin is None
    assert Path(found.database.removeprefix("sqlite:///")).is_absolute()


def test_an_empty_setting_is_an_absent_one() -> None:
    for name in ("REDIS_URL", "DEVELOPMENT", "TRUSTED_PROXIES", "MAIL_DELAY_SECONDS"):
        assert from_environment({**KEY, name: ""}) == from_environment(KEY)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "", "No secret key"),
        ("SECRET_KEY", "short", "too short"),
        ("DATABASE_URL", "mysql://localhost", "DATABASE_URL"),
        ("MAIL_URL", "pigeon:", "MAIL_URL"),
        ("STORAGE_URL", "ftp://x", "STORAGE_URL"),
        ("BASE_URL", "example.org", "BASE_URL"),
        ("ROOMS_URL", "https://janus.example.org", "ROOMS_URL"),
        ("ROOMS_URL", "janus+wss:///path", "ROOMS_URL"),
        ("ROOMS_URL", "janus+wss://janus.example.org/", "ROOMS_SECRET"),
        ("TURN_URL", "stun:example.org; x", "TURN_URL"),
        ("TURN_URL", "turn:turn.example.org:3478", "TURN_SECRET"),
        ("BASE_URL", "https://", "BASE_URL"),
        ("DEVELOPMENT", "perhaps", "DEVELOPMENT"),
        ("EMBEDDED_WORKER", "2", "EMBEDDED_WORKER"),
        ("RATE_LIMITS", "often", "RATE_LIMITS"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES"),
        ("TRUSTED_PROXIES", "one", "TRUSTED_PROXIES"),
        ("MAIL_DELAY_SECONDS", "1.5", "MAIL_DELAY_SECONDS"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name: str, value: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        from_environment({**KEY, name: value})


def test_a_refusal_does_not_repeat_a_secret() -> None:
    with pytest.raises(Misconfigured) as refused:
        from_environment({**KEY, "SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_a_number_is_written_in_plain_digits() -> None:
    with pytest.raises(Misconfigured, match="TRUSTED_PROXIES"):
        from_environment({**KEY, "TRUSTED_PROXIES": "²"})


@pytest.mark.parametrize("word", ["1", "yes", "TRUE", " on "])
def test_yes_is_said_in_several_ways(word: str) -> None:
    assert from_environment({**KEY, "DEVELOPMENT": word}).development


@pytest.mark.parametrize("word", ["0", "no", "False", "off"])
def test_so_is_no(word: str) -> None:
    assert not from_environment({**KEY, "RATE_LIMITS": word}).limits


def test_the_key_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 40 + "\n")
    environ = {"SECRET_KEY_FILE": str(file)}
    assert secret_key_file(environ) == file
    assert from_environment(environ).secret_key == "f" * 40
    assert from_environment({**environ, "SECRET_KEY": "e" * 40}).secret_key == "e" * 40


def test_the_public_address_makes_cookies_secure_and_names_the_mails() -> None:
    found = from_environment({**KEY, "BASE_URL": "https://maillage.example/"})
    assert found.base_url == "https://maillage.example"
    assert found.secure
    assert found.mail_domain == "maillage.example"


def test_settings_do_not_change() -> None:
    found = from_environment(KEY)
    with pytest.raises(AttributeError):
        found.secret_key = "other"  # type: ignore[misc]
    assert isinstance(found, Settings)
