using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary>The world as one run of the tool sees it, so that tests can run the whole tool.</summary>
internal sealed record Surroundings(
    TextReader Input, TextWriter Output, TextWriter Errors, bool IsTerminal, Func<string, string?> Environment);

/// <summary>The whole command line: options that every command has, and how a command ends.</summary>
internal sealed class EcsCommandLine
{
    private const string DefaultEndpoint = "http://127.0.0.1:8080";

    private readonly Option<string?> _endpoint = new("--endpoint-url")
    {
        Description = $"Where Ecs.Events answers; else ECS_ENDPOINT_URL, else {DefaultEndpoint}.",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<string?> _region = new("--region")
    {
        Description = "The region; else AWS_REGION, AWS_DEFAULT_REGION, else us-east-1.",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print exactly one JSON document (for log and logs: JSON lines), for programs.",
        Recursive = true,
    };

    private readonly Surroundings _around;

    private EcsCommandLine(Surroundings around) => _around = around;

    /// <summary>Runs the tool.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Surroundings around)
    {
        var root = new EcsCommandLine(around).Root();
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var isWrong = parsed.Action is ParseErrorAction;
        var ended = await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = isWrong ? around.Errors : around.Output,
            Error = around.Errors,
            EnableDefaultExceptionHandler = false,
        });
        return isWrong ? ExitCodes.Usage : ended;
    }

    /// <summary>Gives a command its action, with every failure turned into its message and exit code.</summary>
    public Command Runs(Command command, Func<Session, ParseResult, Task<int>> action)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            var screen = new Screen(_around.Output, _around.Errors, _around.IsTerminal, _around.Environment);
            var json = parsed.GetValue(_json);
            try
            {
                using var endpoint = new EcsEndpoint(
                    EndpointUrl(parsed), Caller.From(_around.Environment, parsed.GetValue(_region)));
                return await action(
                    new Session(endpoint, screen, json, _around.Input, TimeProvider.System, cancel), parsed);
            }
            catch (RefusedException refused)
            {
                return Fail(screen, json, ExitCodes.Refused, refused.Type, refused.Message);
            }
            catch (NotReachableException fault)
            {
                return Fail(screen, json, ExitCodes.NotReachable, null, fault.Message);
            }
            catch (UsageException wrong)
            {
                return Fail(screen, json, ExitCodes.Usage, null, wrong.Message);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
        });
        return command;
    }

    private RootCommand Root()
    {
        var root = new RootCommand(
            """
            Ecs.Events: an EC2 Container Service on your own machines, whose every fact is an event in one log.

            Exit codes: 0 done, 1 refused by the service, 2 wrong command line or input file, 3 service not reachable,
            4 a task did not reach RUNNING, or something was missing or found no room, 5 the log is not
            as it was written, 6 there was nothing to compare.
            """);
        root.Options.Add(_endpoint);
        root.Options.Add(_region);
        root.Options.Add(_json);
        foreach (var command in ClusterCommands.All(this)
            .Concat(TaskDefinitionCommands.All(this))
            .Append(RunTaskCommand.Make(this))
            .Append(StartTaskCommand.Make(this))
            .Concat(TaskCommands.All(this))
            .Concat(ProtectionCommands.All(this))
            .Append(LogsCommand.Make(this))
            .Append(ExecCommand.Make(this))
            .Append(TraceCommand.Make(this))
            .Concat(ContainerInstanceCommands.All(this))
            .Concat(InstanceStateCommands.All(this))
            .Concat(AttributeCommands.All(this))
            .Concat(TagCommands.All(this))
            .Concat(SettingCommands.All(this))
            .Concat(HistoryCommands.All(this))
            .Concat(ProofCommands.All(this))
            .Concat(PastCommands.All(this))
            .Append(ReplayCommand.Make(this))
            .Append(SimulateCommand.Make(this))
            .Concat(DeadLetterCommands.All(this)))
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private Uri EndpointUrl(ParseResult parsed)
    {
        var text = parsed.GetValue(_endpoint)
            ?? (_around.Environment("ECS_ENDPOINT_URL") is { Length: > 0 } set ? set : DefaultEndpoint);
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new UsageException($"'{text}' is no address such as {DefaultEndpoint}.");
    }

    private static int Fail(Screen screen, bool json, int code, string? type, string message)
    {
        if (json)
        {
            screen.Json(JsonSerializer.SerializeToElement(new { error = new { type, message } }));
        }

        screen.Note(type is null ? $"ecs: {message}" : $"ecs: {type}: {message}");
        return code;
    }
}
