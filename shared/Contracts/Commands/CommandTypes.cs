using System.Reflection;

namespace Ecs.Contracts.Commands;

/// <summary>The services that answer commands, by the names of their queues.</summary>
public static class Services
{
    /// <summary>Owns task definitions.</summary>
    public const string Registry = "registry";

    /// <summary>Owns clusters, container instances and tasks.</summary>
    public const string Scheduler = "scheduler";

    /// <summary>Owns nothing: answers about the log, which it can only read.</summary>
    public const string Auditor = "auditor";
}

/// <summary>The name of a command on the bus, and the one service that decides it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CommandNameAttribute(string name, string service) : Attribute
{
    /// <summary>
    /// The name: the ECS operation's, in lower case with hyphens; its exchange is <c>ecs.commands.&lt;name&gt;</c>.
    /// </summary>
    public string Name { get; } = name;

    /// <summary>The owner, one of <see cref="Services"/>.</summary>
    public string Service { get; } = service;

    /// <summary>A query changes nothing and is never written to the log.</summary>
    public bool IsQuery { get; init; }

    /// <summary>
    /// A routine report that comes again and again: it is recorded only where it led to events, for else the log would
    /// grow while nothing happens. Its effect must be harmless to repeat.
    /// </summary>
    public bool IsRoutine { get; init; }

    /// <summary>Never taken from the bus: only the service's own program has it decided.</summary>
    public bool IsInternal { get; init; }
}

/// <summary>What is known of one type of command.</summary>
/// <param name="Name">Its name on the bus.</param>
/// <param name="Service">The one service that decides it.</param>
/// <param name="Type">The record that its body is read as.</param>
/// <param name="IsQuery">Whether it changes nothing.</param>
/// <param name="IsRoutine">Whether it is recorded only where it led to events.</param>
/// <param name="IsInternal">Whether it is never taken from the bus.</param>
public sealed record CommandType(
    string Name, string Service, Type Type, bool IsQuery, bool IsRoutine, bool IsInternal);

/// <summary>All commands and queries of this version of the house.</summary>
public static class CommandTypes
{
    private static readonly Dictionary<string, CommandType> ByName = typeof(CommandTypes).Assembly.GetTypes()
        .Select(type => (Type: type, Name: type.GetCustomAttribute<CommandNameAttribute>()))
        .Where(pair => pair.Name is not null)
        .Select(pair => new CommandType(
            pair.Name!.Name, pair.Name.Service, pair.Type, pair.Name.IsQuery, pair.Name.IsRoutine,
            pair.Name.IsInternal))
        .ToDictionary(type => type.Name, StringComparer.Ordinal);

    private static readonly Dictionary<Type, CommandType> ByType = ByName.Values.ToDictionary(type => type.Type);

    /// <summary>Every command and query.</summary>
    public static IReadOnlyCollection<CommandType> All => ByName.Values;

    /// <summary>Every command and query that is taken from the bus.</summary>
    public static IEnumerable<CommandType> OnBus => ByName.Values.Where(type => !type.IsInternal);

    /// <summary>What is known of a command.</summary>
    public static CommandType Of(Type type) => ByType[type];

    /// <summary>The command of that name; null where there is none.</summary>
    public static CommandType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The commands and queries that a service takes from the bus.</summary>
    public static IEnumerable<CommandType> OwnedBy(string service) => OnBus.Where(t => t.Service == service);
}
