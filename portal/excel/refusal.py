"""A file that is not read, with the sentence its owner will see: what is wrong and what to do."""

SENTENCES = {
    "empty_file": "这个文件是空的（0字节）。请确认文件已保存完整，重新上传。",
    "not_a_workbook": "这个文件不是Excel工作簿，或者已经损坏。请用Excel或WPS打开原表，另存为“Excel 工作簿（*.xlsx）”后再上传。",
    "unsupported_format": "暂不支持这种格式。请用Excel或WPS打开，另存为“Excel 工作簿（*.xlsx）”后再上传。",
    "legacy_format": "这是旧版Excel（.xls）或WPS（.et）文件，改扩展名不会改变格式。请用Excel或WPS打开，另存为“Excel 工作簿（*.xlsx）”后再上传。",
    "macro_workbook": "这个工作簿带有宏，为安全起见不读取。请用Excel或WPS打开，另存为“Excel 工作簿（*.xlsx）”（不带宏）后再上传。",
    "unsafe_xml": "这个文件里含有不安全的内容（文档类型、实体声明或非UTF-8编码），不是Excel正常保存的文件。请把数据复制到新建的工作簿里，另存为.xlsx后再上传。",
    "too_large": "这个工作簿太大或太复杂，无法读取。请删去多余的工作表、行列和图片，或分成几个文件后再上传。",
    "no_header": "没有找到表头：每张表的前20行里要有“项目名称”和至少另一个列名（如“总投资”）。请检查表头后再上传。",
}

ENCRYPTED = (
    "这个工作簿设置了打开密码，无法读取。请用Excel或WPS打开，取消密码（文件—信息—保护工作簿）并另存为.xlsx后再上传。"
)


class Refused(Exception):
    """A refusal with one of the codes above; `str()` is the sentence for the user."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code = code
        self.message = message or SENTENCES[code]
        super().__init__(self.message)
