"""The *tune* panel of the editor: a slider over curves of your own last words."""
