"""How backups are kept, carried off and judged."""

from dataclasses import dataclass

from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupConfig:
    """`folder` empty means NEXY_HOME/backups; `off_site_command` gets the new backup's folder as its last argument.

    The release gate refuses a backup older than `max_age_hours` and a drill older than `max_drill_age_days`.
    """

    folder: str = setting("", "BACKUP_FOLDER")
    keep_last: int = setting(3, at_least=1)
    keep_daily: int = setting(7, at_least=0)
    keep_weekly: int = setting(5, at_least=0)
    keep_monthly: int = setting(12, at_least=0)
    off_site_command: str = setting("", "BACKUP_OFF_SITE_COMMAND")
    off_site_timeout_seconds: float = setting(3600.0, at_least=0.1)
    max_age_hours: float = setting(26.0, "BACKUP_MAX_AGE_HOURS", at_least=0.1)
    max_drill_age_days: float = setting(7.0, at_least=0.1, at_most=7)
