-- Drives a real Neovim for editors.test.ts: opens a file, waits for what the server says, applies a fix.
-- LOCKORDER_TEST_FILE is opened, LOCKORDER_TEST_RESULT takes the result as JSON.
local result = {}

local function wait(what, condition)
  if not vim.wait(40000, condition, 20) then error('waited in vain for ' .. what) end
end

local function run()
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.LOCKORDER_TEST_FILE))
  wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
  result.diagnostics = vim.tbl_map(function(diagnostic)
    return {
      line = diagnostic.lnum + 1,
      column = diagnostic.col + 1,
      severity = diagnostic.severity,
      source = diagnostic.source,
      message = diagnostic.message,
    }
  end, vim.diagnostic.get(0))

  local first = vim.diagnostic.get(0)[1]
  vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col + 6 })
  vim.lsp.buf.hover()
  local float
  wait('the hover window', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then float = window end
    end
    return float ~= nil
  end)
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(float), 0, -1, false)
  result.hover = table.concat(lines, '\n')
  vim.api.nvim_win_close(float, true)

  -- What the menu offers; the first entry is taken, once. A fix comes first; it is verified when the server has time,
  -- and until then there are only the entries that every finding has.
  local offered, tick
  vim.ui.select = function(items, options, choose)
    local titles = vim.tbl_map(options.format_item or tostring, items)
    if offered or vim.startswith(titles[1], 'Declare') or vim.startswith(titles[1], 'Suppress') then return end
    offered = titles
    choose(items[1], 1)
  end
  vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col })
  tick = vim.api.nvim_buf_get_changedtick(0)
  wait('a fix', function()
    if vim.api.nvim_buf_get_changedtick(0) == tick then vim.lsp.buf.code_action() end
    vim.wait(300, function() return vim.api.nvim_buf_get_changedtick(0) ~= tick end, 20)
    return vim.api.nvim_buf_get_changedtick(0) ~= tick
  end)
  result.offered = offered
  wait('the finding to go', function() return #vim.diagnostic.get(0) == 0 end)
  vim.cmd('silent wall')
end

local ok, failure = pcall(run)
if not ok then
  result.failure = failure
  result.messages = vim.fn.execute('messages')
end
vim.fn.writefile({ vim.json.encode(result) }, vim.env.LOCKORDER_TEST_RESULT)
vim.cmd('qall!')
