-- Starts the language server given as $AXIOM on $INTENT in a bare Neovim, and prints as JSON what a
-- person would see: the diagnostics of the file, and the hover at $LINE and $COLUMN (both 1-based).

local file = vim.env.INTENT
vim.cmd("edit " .. vim.fn.fnameescape(file))
local buffer = vim.api.nvim_get_current_buf()
local client = vim.lsp.start_client({
  name = "axiom",
  cmd = { vim.env.AXIOM, "serve", "--stdio" },
  root_dir = vim.fn.fnamemodify(file, ":h"),
})
vim.lsp.buf_attach_client(buffer, client)

local function within(milliseconds, condition, what)
  if not vim.wait(milliseconds, condition, 50) then
    io.stderr:write("waited in vain for " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

within(20000, function()
  return #vim.diagnostic.get(buffer) > 0
end, "diagnostics")

local hover
local place = {
  textDocument = vim.lsp.util.make_text_document_params(buffer),
  position = { line = tonumber(vim.env.LINE) - 1, character = tonumber(vim.env.COLUMN) - 1 },
}
vim.lsp.buf_request(buffer, "textDocument/hover", place, function(failure, result)
  hover = failure and { contents = { value = failure.message } } or result
end)
within(20000, function()
  return hover ~= nil
end, "a hover")

local messages = {}
for _, found in ipairs(vim.diagnostic.get(buffer)) do
  table.insert(messages, { line = found.lnum + 1, message = found.message, code = found.code })
end
io.stdout:write(vim.fn.json_encode({ diagnostics = messages, hover = hover.contents.value }))
vim.lsp.stop_client(client)
vim.cmd("quitall!")
