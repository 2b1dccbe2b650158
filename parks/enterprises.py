"""Finding or registering an enterprise by its name. Enterprises are never merged or renamed here."""

from django.core.exceptions import ValidationError

from parks.models import Enterprise


def named(*, name: str, uscc: str = "") -> Enterprise | None:
    """Return the enterprise of that name, registered when new; a missing code is filled in. Empty name gives None.

    Raises ValidationError when the code is wrong, belongs to another enterprise, or differs from the known one.
    """
    name, uscc = name.strip(), uscc.strip().upper()
    if not name:
        if uscc:
            raise ValidationError({"enterprise_name": "填了统一社会信用代码，请同时填写项目单位。"})
        return None
    found = Enterprise.objects.filter(name=name).first() or Enterprise(name=name)
    if uscc and found.uscc and found.uscc != uscc:
        raise ValidationError({"uscc": f"与“{name}”已登记的统一社会信用代码不一致，请对照营业执照核对。"})
    if uscc and not found.uscc:
        if Enterprise.objects.filter(uscc=uscc).exists():
            raise ValidationError({"uscc": "这个统一社会信用代码已登记在另一家企业名下，请核对。"})
        found.uscc = uscc
        found.full_clean()
        found.save()
    elif found.pk is None:
        found.full_clean()
        found.save()
    return found
