using System.Net.WebSockets;
using System.Text;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

[Collection(CalmTests.Name)]
public sealed class Executions(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    private Tool Ecs => Tool.Ecs(Stack);

    [Fact]
    public async Task Given_a_command_then_its_output_and_exit_code_are_the_tools_and_both_its_ends_are_in_the_history()
    {
        var task = await TaskAsync();

        var run = await Ecs.RunAsync("exec", task, "main", "--", "sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.Equal((7, "out\n", "err\n"), (run.ExitCode, run.Output, run.Errors));
        var missing = await Ecs.RunAsync("exec", task, "main", "--", "no-such-program");
        Assert.True(missing.ExitCode is 126 or 127, $"{missing}");

        var told = await HistoryAsync(task, "ended with exit code 7");
        Assert.Contains("command in main started: sh -c echo out; echo err >&2; exit 7", told, StringComparison.Ordinal);
        Assert.Contains(Stack.Account, told, StringComparison.Ordinal);
        await StopAsync(task);
    }

    [Fact]
    public async Task Given_input_then_the_command_reads_it_to_its_end_however_much_it_is()
    {
        var task = await TaskAsync();
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);

        using var tool = Ecs.Start("exec", "-i", task, "main", "--", "cat");
        var reading = ReadAsync(tool.StandardOutput.BaseStream);
        await tool.StandardInput.BaseStream.WriteAsync(bytes, Cancel);
        tool.StandardInput.Close();
        await tool.WaitForExitAsync(Cancel);

        Assert.Equal(0, tool.ExitCode);
        Assert.Equal(bytes, await reading);
        await StopAsync(task);
    }

    [Fact]
    public async Task Given_a_terminal_then_it_has_the_clients_size_and_takes_the_next_one()
    {
        var task = await TaskAsync();
        var script = "until [ \"$(stty size)\" = '31 97' ]; do :; done; echo first; read x; "
            + "until [ \"$(stty size)\" = '40 100' ]; do :; done; echo second; exit 3";

        using var socket = await ExecSocket.ConnectAsync(
            Stack, task, "main", ["sh", "-c", script], "&interactive=true&tty=true&columns=97&rows=31", Cancel);
        var text = new StringBuilder();
        await ReceiveAsync(socket, text, "first");
        await socket.SendAsync("{\"columns\":100,\"rows\":40}"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        await socket.SendAsync("\n"u8.ToArray(), WebSocketMessageType.Binary, true, Cancel);
        await ReceiveAsync(socket, text, "\"exitCode\":3");

        Assert.Contains("second\r\n", $"{text}", StringComparison.Ordinal);
        await StopAsync(task);
    }

    [Fact]
    public async Task Given_a_client_that_is_killed_then_the_command_and_what_it_began_are_ended_and_the_history_says_so()
    {
        var task = await TaskAsync();
        using var tool = Ecs.Start("exec", task, "main", "--", "sh", "-c", "sleep 4321 & echo begun; trap '' HUP; wait");
        Assert.Equal("begun", await tool.StandardOutput.ReadLineAsync(Cancel));

        tool.Kill();

        await HistoryAsync(task, "Whoever ran it left.");
        await Eventually.GetAsync(
            "no process is left", () => Ecs.RunAsync("exec", task, "main", "--", "ps"),
            run => run.WasAnswered() && !run.Output.Contains("sleep 4321", StringComparison.Ordinal));
        await StopAsync(task);
    }

    [Fact]
    public async Task Given_a_command_that_runs_and_logs_that_are_followed_then_the_agent_listens_for_its_health_alone()
    {
        var task = await TaskAsync();
        using var command = Ecs.Start("exec", task, "main", "--", "sh", "-c", "echo begun; exec sleep 4321");
        using var logs = Ecs.Start("logs", task, "--follow");
        Assert.Equal("begun", await command.StandardOutput.ReadLineAsync(Cancel));

        Assert.Equal([Stack.Default.Process.Port], ListeningPorts(Stack.Default.Process.Id));

        command.Kill();
        await StopAsync(task);
        await logs.WaitForExitAsync(Cancel);
    }

    [Fact]
    public async Task Given_what_cannot_be_entered_then_each_is_refused_with_its_reason_and_aws_is_pointed_here()
    {
        var task = await TaskAsync();
        await RefusedAsync(1, "The task has no container 'other'", "exec", task, "other", "--", "ls");
        await StopAsync(task);
        await WhenAsync(Cluster, task, "STOPPED");
        await RefusedAsync(1, "does not run on the task's instance. It is STOPPED", "exec", task, "main", "--", "ls");

        var error = await Assert.ThrowsAsync<EcsError>(() => Api.CallAsync("ExecuteCommand", new { task, command = "ls", interactive = true }));
        Assert.Contains("ecs exec", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> TaskAsync()
    {
        var task = Assert.Single(await RunAsync(Cluster, await DefineAsync(NewName("entered"), Containers.Sleep)));
        await WhenAsync(Cluster, task, "RUNNING");
        return task;
    }

    private async Task StopAsync(string task) => await Api.CallAsync("StopTask", new { cluster = Cluster, task });

    private async Task<string> HistoryAsync(string task, string words) => (await Eventually.GetAsync(
        $"the history says {words}",
        () => Ecs.RunAsync("history", task),
        run => run.WasAnswered() && run.Output.Contains(words, StringComparison.Ordinal))).Output;

    private async Task RefusedAsync(int code, string words, params string[] arguments)
    {
        var run = await Ecs.RunAsync(arguments);
        Assert.True(run.ExitCode == code && run.Errors.Contains(words, StringComparison.Ordinal), $"{run}");
    }

    // The kernel's table has all of the machine's, by the inodes of which the process has some open. 0A is LISTEN.
    private static IReadOnlyList<int> ListeningPorts(int process)
    {
        var own = Directory.GetFiles($"/proc/{process}/fd").Select(fd => new FileInfo(fd).LinkTarget).ToHashSet();
        return
        [
            .. new[] { "tcp", "tcp6" }.SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words[3] == "0A" && own.Contains($"socket:[{words[9]}]"))
                .Select(words => Convert.ToInt32(words[1].Split(':')[1], 16)),
        ];
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Cancel);
        return all.ToArray();
    }

    private static async Task ReceiveAsync(ClientWebSocket socket, StringBuilder text, string words)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var buffer = new byte[64 * 1024];
        while (!$"{text}".Contains(words, StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, limit.Token);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read.Count));
        }
    }
}
