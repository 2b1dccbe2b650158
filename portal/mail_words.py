"""What became of a message, in words for the page 邮件: what the mail server said, and what to do about it."""

from dataclasses import dataclass

from portal.choices import MailState
from portal.models import OutgoingMail

KINDS = {"daily": "提醒和周调度", "test": "测试邮件"}
SENDER = "服务器不接受本系统发信"
CALL_POSTMASTER = "请邮件管理员核对 EMAIL_URL 中的用户、密码和发信许可，改好后点“重发”。"
FIX_ADDRESS = "请向本人核对邮箱，在账号页改正后点“重发”。"
WAIT = "系统会自动再试，不必处理。"

# Answer codes (RFC 5321, 3463) → what it means, what to do.
ANSWERS = {
    421: ("对方服务器暂停服务", WAIT),
    450: ("对方服务器暂时不收", WAIT),
    451: ("对方服务器暂时出错", WAIT),
    452: ("对方服务器空间不足", WAIT),
    454: ("发信服务器暂时不能验证本系统", WAIT),
    501: ("邮箱地址写法不对", FIX_ADDRESS),
    510: ("邮箱地址不存在", FIX_ADDRESS),
    511: ("邮箱地址不存在", FIX_ADDRESS),
    530: (SENDER, CALL_POSTMASTER),
    535: (SENDER, CALL_POSTMASTER),
    550: ("邮箱地址不存在，或对方拒收", FIX_ADDRESS),
    551: ("邮箱已迁走", FIX_ADDRESS),
    552: ("对方邮箱已满", "请收件人清理邮箱，再点“重发”。"),
    553: ("邮箱地址写法不对", FIX_ADDRESS),
    554: ("对方拒收这封邮件", "可能被当作垃圾邮件，请邮件管理员把发件地址加入白名单，再点“重发”。"),
    571: ("对方拒收这封邮件", "可能被当作垃圾邮件，请邮件管理员把发件地址加入白名单，再点“重发”。"),
}
FAR = ("对方服务器拒收", "请把服务器原文告诉邮件管理员。")
LATER = ("对方服务器暂时不收", WAIT)
NO_LINE = ("没有接通发信服务器，或连接中断", WAIT)


@dataclass(frozen=True)
class Explanation:
    """`what` happened, what to `do`; `said` is the server's own text."""

    what: str = ""
    do: str = ""
    said: str = ""


def kind(mail: OutgoingMail) -> str:
    return KINDS.get(mail.kind, mail.kind)


def explain(mail: OutgoingMail) -> Explanation:
    """Why a message is not simply sent; nothing to say of one that is."""
    if mail.state == MailState.DEAD:
        meaning = answered(mail) if mail.smtp_code else "发信服务器一直没有接通"
        do = "请先确认发信服务器正常（可发测试邮件），再点“重发”。站内消息已可查看的不受影响。"
        return Explanation(f"到期仍未发出：{meaning}", do, mail.error)
    if mail.state == MailState.FAILED:
        return Explanation(answered(mail), meaning_of(mail.smtp_code, final=True)[1], mail.error)
    if mail.state == MailState.QUEUED and mail.error:
        return Explanation(answered(mail), WAIT, mail.error)
    if mail.state == MailState.CANCELLED:
        return Explanation(mail.error or "已取消", "不再发送，不必处理。")
    return Explanation()


def answered(mail: OutgoingMail) -> str:
    """应答550：邮箱地址不存在，或对方拒收."""
    what = meaning_of(mail.smtp_code, final=mail.state == MailState.FAILED)[0]
    return f"应答{mail.smtp_code}：{what}" if mail.smtp_code else what


def meaning_of(code: int | None, *, final: bool) -> tuple[str, str]:
    if code is None:
        return FAR if final else NO_LINE
    return ANSWERS.get(code, FAR if code >= 500 else LATER)
