using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.BadInput;

/// <summary>
/// What <c>ecs</c> says to questions about the past that cannot be answered: every command of them with every kind of
/// bad input that it can be given, on the whole house. A clear error, and never success.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class BadQuestions(CalmStack stack) : StackTest(stack)
{
    private const string Never = "2999-01-01T00:00:00Z";
    private const string Nobody = "0123456789abcdef0123456789abcdef";

    [Theory]
    // What is unknown.
    [InlineData(1, "The log knows no", "history", Nobody), InlineData(1, "The log knows no", "history", "no-such-thing")]
    [InlineData(1, "no command 'ghost'", "history", "--caused-by", "ghost")]
    [InlineData(1, "The log knows no", "explain", Nobody), InlineData(1, "The log knows no", "explain", "no-such-thing")]
    [InlineData(1, "no cluster", "state", "--at", "1", "--cluster", "none-such")]
    [InlineData(1, "no cluster", "diff", "--from", "0", "--to", "1", "--cluster", "none-such")]
    [InlineData(1, "no cluster", "simulate", "--from", "0", "--to", "1", "--cluster", "none-such")]
    [InlineData(1, "kind", "log", "--kind", "box"), InlineData(1, "event", "log", "--event", "box-made")]
    [InlineData(2, "cannot be read", "verify", "--checkpoint", "/there/is/no/such/file")]
    [InlineData(2, "ecs-registry import", "import", "/there/is/no/such/file")]
    // What is no moment.
    [InlineData(1, "at must be a position", "state", "--at", "yesterday")]
    [InlineData(1, "from must be a position", "diff", "--from", "yesterday", "--to", "1")]
    [InlineData(1, "from must be a position", "simulate", "--from", "yesterday", "--to", "1")]
    [InlineData(1, "from must be a position", "replay", "--decisions", "--from", "yesterday")]
    [InlineData(2, "--from", "export", "--from", "yesterday"), InlineData(2, "--after", "log", "--after", "yesterday")]
    [InlineData(2, "--at", "state"), InlineData(2, "--to", "diff", "--from", "0"), InlineData(2, "--to", "simulate", "--from", "0")]
    [InlineData(1, "from", "export", "--from", "-1"), InlineData(1, "after", "log", "--after", "-1")]
    // What is in the future.
    [InlineData(1, "at is in the future", "state", "--at", Never), InlineData(1, "at is in the future", "state", "--at", "99999999")]
    [InlineData(1, "to is in the future", "diff", "--from", "0", "--to", Never)]
    [InlineData(1, "from is in the future", "diff", "--from", "99999999", "--to", "99999999")]
    [InlineData(1, "to is in the future", "simulate", "--from", "0", "--to", Never)]
    [InlineData(1, "from is in the future", "simulate", "--from", "99999999", "--to", "99999999")]
    [InlineData(1, "to is in the future", "replay", "--decisions", "--to", Never)]
    [InlineData(1, "from is in the future", "replay", "--decisions", "--from", "99999999")]
    [InlineData(1, "from is in the future", "export", "--from", "99999999")]
    [InlineData(1, "to is in the future", "export", "--to", "99999999")]
    [InlineData(1, "after is in the future", "log", "--after", "99999999")]
    // What is before the log: a state is empty and says so (below); of nothing there is nothing to compare or to play.
    [InlineData(1, "holds no event", "simulate", "--from", "2020-01-01T00:00:00Z", "--to", "2020-01-02T00:00:00Z")]
    [InlineData(6, "Nothing was compared", "replay", "--decisions", "--to", "2020-01-01T00:00:00Z")]
    // What is upside down.
    [InlineData(1, "upside down", "diff", "--from", "1", "--to", "0"), InlineData(1, "upside down", "simulate", "--from", "1", "--to", "0")]
    [InlineData(1, "upside down", "replay", "--decisions", "--from", "1", "--to", "0")]
    [InlineData(1, "before from", "export", "--from", "2", "--to", "1")]
    // What goes with nothing.
    [InlineData(2, "for --decisions", "replay", "--from", "0"), InlineData(2, "not both", "history", "a", "--caused-by", "b")]
    [InlineData(1, "strategy", "simulate", "--from", "0", "--to", "1", "--strategy", "fastest")]
    [InlineData(1, "instances", "simulate", "--from", "0", "--to", "1", "--instances", "3x")]
    public async Task Given_a_question_that_cannot_be_answered_when_asked_then_the_error_says_why_and_the_exit_code_is_not_0(
        int code, string why, params string[] question)
    {
        var run = await Tool.Ecs(Stack).RunAsync(question);

        Assert.True(run.ExitCode == code, $"{code} was to come: {run}");
        Assert.Contains(why, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_moment_before_the_log_when_asked_then_it_is_empty_and_says_so()
    {
        var run = (await Tool.Ecs(Stack).RunAsync("state", "--at", "2020-01-01T00:00:00Z")).Good();

        Assert.Contains("before the first event of the log", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_corrupt_row_when_asked_then_every_command_that_reads_it_names_its_position_or_says_where_to_look()
    {
        var (task, position) = await PlacedAsync();

        await using (await TamperedRow.AlterAsync(Stack, position, """'{"taskArn": 7}'"""))
        {
            var end = (await LogEndAsync())!;
            var where = $"position {position}";
            await SaysAsync(3, where, "state", "--at", end);
            await SaysAsync(3, where, "diff", "--from", "0", "--to", end);
            await SaysAsync(3, where, "simulate", "--from", "0", "--to", end);
            await SaysAsync(5, where, "history", task);
            await SaysAsync(3, where, "explain", task);
            await SaysAsync(3, where, "replay");
            await SaysAsync(3, where, "replay", "--decisions");
            await SaysAsync(5, where, "verify");
            await SaysAsync(3, "broke off and is not whole", "export");
        }

        (await Tool.Ecs(Stack).RunAsync("verify")).Good();
        await StopAllAsync("default");
    }

    [Fact]
    public async Task Given_a_log_that_is_cut_in_the_middle_when_asked_then_no_command_that_reads_it_there_succeeds()
    {
        var (task, position) = await PlacedAsync();
        await WhenAsync("default", task, "RUNNING");
        var end = (await LogEndAsync())!;
        var command = (string)(await Tool.Ecs(Stack).RunAsync("history", task, "--json")).Good().Json["entries"]![0]!["command"]!["id"]!;

        await using (await TamperedRow.WithoutEventAsync(Stack, position))
        {
            // The first that cannot be without it is what follows it in the task's life.
            foreach (var question in new[]
            {
                ["state", "--at", end], ["diff", "--from", "0", "--to", end], ["simulate", "--from", "0", "--to", end],
                ["replay"], (string[])["replay", "--decisions"],
            })
            {
                var run = await Tool.Ecs(Stack).RunAsync(question);
                Assert.True(run.ExitCode is 3 or 4 && run.Errors.Contains("position", StringComparison.Ordinal), $"{run}");
            }

            var gap = $"version 1 is missing, in front of position {await TamperedRow.FindAsync(Stack, "task-running", task)}";
            await SaysAsync(5, gap, "history", task);
            await SaysAsync(5, gap, "history", "default");
            await SaysAsync(5, $"position {position} is missing", "history", "--caused-by", command);
            await SaysAsync(3, gap, "explain", task);
            await SaysAsync(5, $"position {position}", "verify");
            await SaysAsync(3, "broke off and is not whole", "export");
        }

        await using (await TamperedRow.WithoutCommitAsync(Stack, position))
        {
            await SaysAsync(3, "commit", "replay", "--decisions");
            await SaysAsync(5, "commit", "verify");
            await SaysAsync(3, "broke off and is not whole", "export");
        }

        (await Tool.Ecs(Stack).RunAsync("verify")).Good();
        await StopAllAsync("default");
    }

    private async Task SaysAsync(int code, string why, params string[] question)
    {
        var run = await Tool.Ecs(Stack).RunAsync(question);
        Assert.True(run.ExitCode == code, $"{code} was to come: {run}");
        Assert.True($"{run.Errors}{run.Output}".Contains(why, StringComparison.Ordinal), $"'{why}' was to come: {run}");
    }

    private async Task<(string Task, long Position)> PlacedAsync()
    {
        var task = Assert.Single(await RunAsync("default", await DefineAsync(NewName("asked"), Containers.Sleep)));
        await WhenAsync("default", task, "RUNNING");
        return (task, await TamperedRow.FindAsync(Stack, "task-placed", task));
    }

    private async Task<string?> LogEndAsync() =>
        (string?)(await Tool.Ecs(Stack).RunAsync("checkpoint")).Good().Json["checkpoint"]!["position"]!.ToString();
}
