"""Secrets in code."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.reading.secrets import without_secrets

PEM = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEAwJalrXUtnFEMIK7MDENGbPxRfiCY\n" * 3
PEM_END = "-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("line", "secret", "language"),
    [
        ('AWS_SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"', "wJalr", "python"),
        ('x := "AKIAIOSFODNN7EXAMPLE"', "AKIA", "go"),
        ('password = "hunter2"', "hunter2", "python"),
        ('password: str = "Summer2024!"', "Summer", "python"),
        ('account.setPassword("Summer2024!");', "Summer", "java"),
        ('{"api_key": "0123456789abcdef0123456789abcdef"}', "0123", "json"),
        ("const t = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'", "ghp_a", "typescript"),
        ("sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123", "api03", "text"),
        ("password: S3cr3t!x  # theirs", "S3cr3t", "yaml"),
        ("export API_TOKEN=abcdef1234567890abcdef", "abcdef", "bash"),
        ('dsn = "postgres://nexy:s3cret@host/db"', "s3cret", "python"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJ", "text"),
    ],
)
def test_what_is_taken_out(line: str, secret: str, language: str) -> None:
    """One mark where it stood, counted once; the line around it stays."""
    clean, masked = without_secrets(f"above\n{line}\nbelow", language)
    assert masked == 1
    assert secret not in clean
    assert clean.split("\n")[1].count("***") == 1
    assert (clean.split("\n")[0], clean.split("\n")[2]) == ("above", "below")


@pytest.mark.parametrize(
    "line",
    [
        'token = lexer.next("float64")',
        "signature = inspect.signature(function)",
        'password = os.environ["DB_PASSWORD_2024"]',
        'API_KEY = "OPENAI_API_KEY"',
        '{"password": "required"}',
        'f"postgres://{user}:{password}@{host}"',
        "sk_stream_wait_memory2(sk, 0)",
        "def verify_password(self, password: str, stored: str) -> bool:",
        'self.token_types = {"token": "identifier_v2"}',
        'headers = {"Authorization": f"Bearer {token}"}',
        "secret = secrets.token_urlsafe(32)",
        "password: ${DB_PASSWORD1}",
        'passwordField = "settings.passwordField"',
        'if key.startswith("-----BEGIN PRIVATE KEY-----"):',
        "npm_config_registry_url_value",
    ],
)
def test_what_code_is_made_of_stays(line: str) -> None:
    """Names, templates, words and look-ups beside a secret's name are what is searched for."""
    assert without_secrets(line, "python") == (line, 0)


def test_a_private_key_goes_and_lines_keep_their_numbers() -> None:
    """What stands behind it is where it was."""
    clean, masked = without_secrets(f'KEY = """{PEM}{PEM_END}"""\nafter = 1', "python")
    assert masked == 1
    assert "MIIE" not in clean
    assert clean.split("\n")[4].endswith('"""')
    assert clean.split("\n")[5] == "after = 1"


def test_a_cut_off_private_key_goes_too() -> None:
    """A file may end within it."""
    clean, masked = without_secrets(PEM, "text")
    assert (masked, "MIIE" in clean, clean.count("\n")) == (1, False, PEM.count("\n"))


def test_several_in_one_line() -> None:
    """Each is counted."""
    clean, masked = without_secrets('login(password="hunter2x", api_key="abc123def456")', "python")
    assert (masked, clean) == (2, 'login(password="***", api_key="***")')


def test_letters_whose_small_form_is_longer_move_nothing() -> None:
    """A Turkish capital before it does not shift what is hidden."""
    assert without_secrets('İİİ\npassword = "hunter2"\nİ', "python")[0] == 'İİİ\npassword = "***"\nİ'


@given(st.text("aA0 \n\"'=:_-./passwordtokenkey", max_size=400), st.sampled_from(["python", "yaml"]))
def test_any_text_keeps_its_lines(text: str, language: str) -> None:
    """Whatever is taken out, and doing it twice changes nothing more."""
    clean, _ = without_secrets(text, language)
    assert clean.count("\n") == text.count("\n")
    assert without_secrets(clean, language) == (clean, 0)


def test_a_hostile_line_ends_soon() -> None:
    """A megabyte of almost-secrets is no work for minutes."""
    text = 'password="' * 50_000 + "\n" + "-----BEGIN PRIVATE KEY-----" * 20_000 + "A" * 500_000
    clean, _ = without_secrets(text, "yaml")
    assert clean.count("\n") == 1


@pytest.mark.parametrize("name", ["passwd", "passphrase", "pwd", "SECRET", "accessKey", "client_secret", "x-api-key"])
def test_every_name_of_a_secret_is_looked_at(name: str) -> None:
    """Whatever form the name has; small and capital letters alike."""
    assert without_secrets(f'{name} = "hunter2x"', "python") == (f'{name} = "***"', 1)


@pytest.mark.parametrize(
    ("line", "clean", "language"),
    [
        ('DB_PASSWORD = "p@$$w0rd!9xyz"', 'DB_PASSWORD = "***"', "python"),
        ('password = "Tr0ub4dor&3%"', 'password = "***"', "python"),
        ('SECRET_KEY = "django-insecure-$x9(f&k2%z!q@w#e"', 'SECRET_KEY = "***"', "python"),
        ('password: "aB3{kfj9f2"', 'password: "***"', "yaml"),
        ("password=Abc$def9gh", "password=***", "ini"),
        ("password=aB3{kfj9f2", "password=***", "ini"),
        ('"password": "Zr7_9k$Lm2"', '"password": "***"', "json"),
        ('x = "Server=x;Password=Qw3rty!99;"', 'x = "Server=x;Password=***;"', "csharp"),
        ("Password=Qw3rty!99;Server=x", "Password=***;Server=x", "sql"),
        ("<password>Qw3rty!99</password>", "<password>***</password>", "xml"),
        ('<add key="Password" value="Qw3rty!99"/>', '<add key="Password" value="***"/>', "xml"),
        ("{user: a, password: Abc9def, x: y}", "{user: a, password: ***, x: y}", "yaml"),
        ("docker run -e PASSWORD=Abc9def image", "docker run -e PASSWORD=*** image", "bash"),
        ("# password=Abc9!def", "# password=***", "python"),
        ("PASSWORD=Qw3rty!99", "PASSWORD=***", "of nobody's"),
        ("ALTER USER x PASSWORD 'Qw3rty!99'", "ALTER USER x PASSWORD '***'", "sql"),
        ('x = "{\\"password\\": \\"Qw3rty!99\\"}"', 'x = "{\\"password\\": \\"***\\"}"', "java"),
        ('p = env.DB_PASSWORD || "dev9Pass!"', 'p = env.DB_PASSWORD || "***"', "javascript"),
        ("password: ${DB_PASSWORD:-changeme123}", "password: ***", "yaml"),
        ("DB_PASS=Qw3rty99", "DB_PASS=***", "bash"),
        ('url = "postgres://u:p@$$w0rd!9@host/db"', 'url = "postgres://u:***@host/db"', "python"),
    ],
)
def test_signs_and_places_of_passwords(line: str, clean: str, language: str) -> None:
    """The signs of templates are those of passwords too; it is a template only where all of it is filled in."""
    assert without_secrets(line, language) == (clean, 1)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("connect(password=Passw0rd)", "python"),
        ("password = config.password2", "python"),
        ("if (password && other2) pass = 1", "javascript"),
        ("By default; pass `details=True` here", "python"),
        ('"http://localhost:8080/@scope/pkg1"', "javascript"),
        ("Your password: Minimum8 signs are needed", "markdown"),
    ],
)
def test_expressions_and_sentences_stay(line: str, language: str) -> None:
    """Without quotes it is a value only in files that configure, in texts, or where no program has such signs."""
    assert without_secrets(line, language) == (line, 0)


@pytest.mark.parametrize(
    "unit", ["password", "password=", "password: ", "pass=$", 'password="{', "<password>", "token=aaaaaaaaaaaaaaaa"]
)
@pytest.mark.parametrize("language", ["yaml", "python"])
def test_a_megabyte_of_almost_secrets_costs_no_time(unit: str, language: str) -> None:
    """Each place is looked at a bounded number of times; the bound leaves room for a slow machine."""
    text = "\n".join([unit * (10_000 // len(unit))] * 100)
    start = time.process_time()
    without_secrets(text, language)
    assert time.process_time() - start < 3
