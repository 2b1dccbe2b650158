"""Messages the site itself sends: the test mail of the page 邮件."""

from datetime import datetime

from portal.mail import Items, Kind
from portal.models import OutgoingMail


def all_stand(items: Items, now: datetime) -> Items:
    """A notice of the site has nothing that could be settled meanwhile."""
    return items


def test_words(mail: OutgoingMail, items: Items) -> tuple[str, str]:
    return "【测试】邮件发送正常｜项目调度系统", f"{mail.user.name}：\n收到这封邮件，说明系统可以向您的邮箱发信。"


TEST = Kind(all_stand, test_words, any_time=True)
