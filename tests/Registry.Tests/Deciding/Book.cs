using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules.Queries;

namespace Ecs.Registry.Tests.Deciding;

/// <summary>A Registry without its shell: commands go to the rules, events into the state.</summary>
internal sealed class Book
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly RegistryRules _rules = new();
    private int _seconds;

    public Families State { get; private set; } = Families.Empty;

    public List<IEvent> Events { get; } = [];

    public Decision Decide(Command command)
    {
        var decision = _rules.Decide(State, new Received(command, Start.AddSeconds(_seconds++), null));
        foreach (var e in decision.Events)
        {
            State = State.Apply(e);
            Events.Add(e);
        }

        return decision;
    }

    public TaskDefinition Register(RegisterTaskDefinition command)
    {
        var decision = Decide(command);
        Assert.Null(decision.Error);
        return ((TaskDefinitionResult)decision.Result!).TaskDefinition;
    }

    /// <summary>A first revision of the family "web" as the log has it, whatever today's rules and defaults are.</summary>
    public TaskDefinitionRegistered Keep(string label, TaskDefinitionContent content)
    {
        var kept = new TaskDefinitionRegistered
        {
            TaskDefinitionArn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1",
            Family = "web",
            Revision = 1,
            VersionLabel = label,
            Content = content,
            Digest = CanonicalJson.Digest(content),
            At = Start,
        };
        State = State.Apply(kept);
        Events.Add(kept);
        return kept;
    }

    public Decision Deregister(string reference) => Decide(new DeregisterTaskDefinition { TaskDefinition = reference });

    public TaskDefinition? Describe(string reference)
    {
        var answer = RegistryQueries.Answer(State, new DescribeTaskDefinition { TaskDefinition = reference });
        if (answer.Error is not null) Assert.Equal("Unable to describe task definition.", answer.Error.Message);
        return answer.Result?.Deserialize<TaskDefinitionResult>(EcsJson.Options)!.TaskDefinition;
    }

    public ListTaskDefinitionsResult List(ListTaskDefinitions query) => Ask<ListTaskDefinitionsResult>(query);

    public ListTaskDefinitionFamiliesResult List(ListTaskDefinitionFamilies query) =>
        Ask<ListTaskDefinitionFamiliesResult>(query);

    public CommandError? Refusal(Command query) => RegistryQueries.Answer(State, query).Error;

    private T Ask<T>(Command query)
    {
        var answer = RegistryQueries.Answer(State, query);
        Assert.Null(answer.Error);
        return answer.Result!.Value.Deserialize<T>(EcsJson.Options)!;
    }
}
