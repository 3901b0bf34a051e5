using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace Ecs.Cli.Commands;

/// <summary>
/// What <c>run-task</c> and <c>start-task</c> have in common: what is started, and how it is waited for.
/// </summary>
internal sealed class StartOptions
{
    // Longer than ECS lets a start or a create take; a pull of a large image may need more and says so by --timeout.
    private const int DefaultTimeoutSeconds = 600;

    private readonly Argument<string> _definition = TaskDefinitionCommands.Definition();

    private readonly Option<string?> _cluster = Options.Cluster();

    private readonly Option<string[]> _override = new("--override")
    {
        Description = "A change: web.command=\"sleep 10\", web.env.NAME=VALUE, web.cpu=N, web.memory=N.",
        HelpName = "CONTAINER.MEMBER=VALUE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _overrides = new("--overrides")
    {
        Description = "The same as ECS's JSON: {\"containerOverrides\": [...]}.",
        HelpName = "JSON",
    };

    private readonly Option<string?> _startedBy = new("--started-by")
    {
        Description = "Whoever starts it, to list by.",
    };

    private readonly Option<string?> _group = new("--group") { Description = "The group; family:<family> by default." };

    private readonly Option<string[]> _tag = TagCommands.Option();

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait until all are RUNNING or STOPPED (the default).",
    };

    private readonly Option<bool> _noWait = new("--no-wait")
    {
        Description = "Return as soon as the tasks are accepted.",
    };

    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "The most seconds to wait, besides --wait-for-capacity.",
        DefaultValueFactory = _ => DefaultTimeoutSeconds,
    };

    /// <summary>Gives a command these options, between its own.</summary>
    public void AddTo(Command command, params ReadOnlySpan<Option> own)
    {
        command.Arguments.Add(_definition);
        command.Options.Add(_cluster);
        foreach (var option in own) command.Options.Add(option);
        foreach (var option in (Option[])[_override, _overrides, _startedBy, _group, _tag, _wait, _noWait, _timeout])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(NotBoth);
    }

    /// <summary>The cluster; null for the default one.</summary>
    public string? Cluster(ParseResult parsed) => parsed.GetValue(_cluster);

    /// <summary>Whether the command returns as soon as the tasks are accepted.</summary>
    public bool IsHurried(ParseResult parsed) => parsed.GetValue(_noWait);

    /// <summary>How long the tasks may take to come up.</summary>
    public TimeSpan Timeout(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_timeout));

    /// <summary>The members of the request.</summary>
    public (string Name, JsonNode? Value)[] Members(ParseResult parsed) =>
    [
        ("cluster", parsed.GetValue(_cluster)),
        ("taskDefinition", parsed.GetValue(_definition)),
        ("overrides", Overrides.Read(parsed.GetValue(_override)!, parsed.GetValue(_overrides))),
        ("startedBy", parsed.GetValue(_startedBy)),
        ("group", parsed.GetValue(_group)),
        ("tags", TagCommands.Json(parsed.GetValue(_tag)!)),
    ];

    private void NotBoth(CommandResult result)
    {
        if (result.GetValue(_wait) && result.GetValue(_noWait)) result.AddError("--wait or --no-wait, not both.");
    }
}
