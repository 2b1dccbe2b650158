"""What a password must be, where Django's own sentence has no Chinese yet."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LengthValidator(MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"密码至少要{self.min_length}个字符。"

    def get_help_text(self) -> str:
        return f"至少{self.min_length}个字符，不能全是数字，也不能是常见密码或与账号、姓名相近。"
