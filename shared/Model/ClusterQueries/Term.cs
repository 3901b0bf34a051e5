using Ecs.Model.Fleet;

namespace Ecs.Model.ClusterQueries;

/// <summary>A part of a query that is true or false of an instance.</summary>
internal abstract record Term
{
    /// <summary>Whether it is true of an instance.</summary>
    public abstract bool Matches(InstanceState instance);

    /// <summary>The one way of writing it.</summary>
    public abstract string Written();

    /// <summary>Whether the instance's tasks matter.</summary>
    public abstract bool DependsOnTasks { get; }
}

/// <summary>True where every part is.</summary>
internal sealed record All(IReadOnlyList<Term> Parts) : Term
{
    public override bool DependsOnTasks => Parts.Any(part => part.DependsOnTasks);

    public override bool Matches(InstanceState instance)
    {
        foreach (var part in Parts)
        {
            if (!part.Matches(instance)) return false;
        }

        return true;
    }

    public override string Written() =>
        string.Join(" and ", Parts.Select(part => part is Any ? $"({part.Written()})" : part.Written()));
}

/// <summary>True where one part is.</summary>
internal sealed record Any(IReadOnlyList<Term> Parts) : Term
{
    public override bool DependsOnTasks => Parts.Any(part => part.DependsOnTasks);

    public override bool Matches(InstanceState instance)
    {
        foreach (var part in Parts)
        {
            if (part.Matches(instance)) return true;
        }

        return false;
    }

    public override string Written() => string.Join(" or ", Parts.Select(part => part.Written()));
}

/// <summary>True where its part is false.</summary>
internal sealed record Not(Term Part) : Term
{
    public override bool DependsOnTasks => Part.DependsOnTasks;

    public override bool Matches(InstanceState instance) => !Part.Matches(instance);

    public override string Written() => $"not ({Part.Written()})";
}

/// <summary>What is said of one subject: the test is of the plain operator, which may be negated.</summary>
internal sealed record Comparison(Subject Subject, Operator Operator, IReadOnlyList<string> Values, Test Test) : Term
{
    public override bool DependsOnTasks => Subject.DependsOnTasks;

    public override bool Matches(InstanceState instance) => Test(instance) != Operator.IsNegated;

    public override string Written() => Operator.Takes switch
    {
        Argument.None => $"{Subject.Name} {Operator.Symbol}",
        Argument.List => $"{Subject.Name} {Operator.Symbol} [{string.Join(", ", Values.Select(Quoting.Write))}]",
        _ => $"{Subject.Name} {Operator.Symbol} {Quoting.Write(Values[0])}",
    };
}

/// <summary>Whether something is so of an instance.</summary>
internal delegate bool Test(InstanceState instance);
