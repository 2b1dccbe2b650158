"""Messages the site itself sends: the test mail of the page 邮件."""

from datetime import date

from portal.mail import Items, Kind
from portal.models import OutgoingMail
from portal.outbox import Text


def all_stand(items: Items, on: date) -> Items:
    """A notice of the site has nothing that could be settled meanwhile."""
    return items


def test_words(mail: OutgoingMail, items: Items, on: date) -> Text:
    return Text("【测试】邮件发送正常｜项目调度系统", f"{mail.user.name}：\n收到这封邮件，说明系统可以向您的邮箱发信。")


TEST = Kind(all_stand, test_words, any_time=True)
