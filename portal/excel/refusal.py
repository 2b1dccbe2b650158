"""A file that is not read, with the sentence its owner will see: what is wrong and what to do."""

from portal.excel import limits

RESAVE = "请在WPS中另存为 .xlsx 后再上传。"
SENTENCES = {
    "empty_file": "这个文件是空的（0字节）。请确认文件已保存完整，重新上传。",
    "not_a_workbook": f"这个文件不是Excel工作簿，或者已经损坏。{RESAVE}",
    "unsupported_format": f"暂不支持这种格式。{RESAVE}",
    "legacy_format": f"这是旧版Excel（.xls）或WPS（.et）文件，改扩展名不会改变格式。{RESAVE}",
    "macro_workbook": f"这个工作簿带有宏，为安全起见不读取。{RESAVE}",
    "unsafe_xml": (
        "这个文件里含有不安全的内容（文档类型、实体声明或非UTF-8编码），不是Excel正常保存的文件。"
        "请把数据复制到新建的工作簿里，另存为.xlsx后再上传。"
    ),
    "too_large": "这个工作簿太大或太复杂，无法读取。请删去多余的工作表、行列和图片，或分成几个文件后再上传。",
    "no_header": (
        "没有找到表头：表的前20行里要有“项目名称”和至少另一个列名（如“总投资”），隐藏的表不读。请检查表头后再上传。"
    ),
}
ENCRYPTED = "这个工作簿设置了打开密码，无法读取。请在WPS中取消密码，另存为 .xlsx 后再上传。"
PDF = f"这是PDF文件，不是Excel工作簿。{RESAVE}"
PICTURE = f"这是图片，读不出表格。如有原表，{RESAVE}"
UPLOAD = f"文件超过{limits.UPLOAD // limits.MIB}MB。请删去图片和多余的工作表，或分成几个文件后再上传。"
TOO_SLOW = "这个工作簿太复杂，读不完。请只保留需要的工作表和行列，复制到新建的工作簿后再上传。"
LONG_TEXT = f"有单元格的文字超过{limits.STRING}个字。请删短后再上传。"
FAR = (
    f"表中第{limits.LAST_ROW}行以后或第{limits.LAST_COLUMN}列以后还有内容或合并单元格。"
    "请删去数据区以外的内容，取消整行整列的合并，再上传。"
)


class Refused(Exception):
    """A refusal with one of the codes above; `str()` is the sentence for the user."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code = code
        self.message = message or SENTENCES[code]
        super().__init__(self.message)
