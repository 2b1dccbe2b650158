"""批量修改: one thing set for many projects of the list at once.

Chosen (`selection`), judged one by one (`judging`), shown as a preview, then written in one transaction (`batches`,
`writing`) as a batch that can be undone like an import.
"""
