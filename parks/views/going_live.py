"""The page 转为正式: what goes, what stays, and the wish that the trial ends."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render

from parks import going_live
from parks.forms import GoLiveForm
from portal import clock
from portal.models import User
from portal.permissions import access, trial_keeper
from portal.requests import SignedInRequest


@access(trial_keeper)
def go_live(request: SignedInRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    form = GoLiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wish = {name: form.cleaned_data[name] for name in ("username", "name")}
        try:
            secret = going_live.ask(**wish, by=request.user, request=request)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return render(request, "parks/going_live.html", wish | {"secret": secret})
    return render(request, "confirm.html", asked(form))


def asked(form: GoLiveForm) -> dict[str, Any]:
    """What the page says before."""
    projects, accounts = apps.get_model("projects.Project")._base_manager.count(), User.objects.count()
    day = clock.today()
    consequences = [
        f"清空：{projects}个项目及其进展、节点、月报、照片和消息；{accounts}个账号，全部演示账号和试用中新建的账号都不能再登录；"
        f"演示时钟（{day:%Y}年{day.month}月{day.day}日）改为真实日期；“演示数据”横幅消失。",
        "从头开始：代码表、页面文字、灯色和提醒规则、工作日历、专题和定稿，恢复为刚安装时的内容。",
        "保留：现在的演示库和上传的文件改名留在服务器上，不删除；程序和服务器设置不变。",
        "过程：系统停止约一分钟后自动重新启动，所有人须重新登录；未保存的填写会丢失。",
        "转换后只有一个账号，即下面填写的系统管理员，一次性密码在下一页显示一次。",
    ]
    if not settings.SUPERVISED:
        consequences.append(going_live.NOBODY_TO_STOP_IT)
    if going_live.trouble():
        consequences.append(f"上次没有完成：{going_live.trouble()}")
    return {
        "heading": "转为正式",
        "question": "试用结束、开始正式使用前做一次，不能在网页上撤销。",
        "consequences": consequences,
        "submit_label": "转为正式",
        "back_url": "/",
        "danger": True,
        "form": form,
    }
